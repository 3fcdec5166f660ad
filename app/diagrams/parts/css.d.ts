import 'react';

declare module 'react' {
  /** Custom properties, in which a drawing hands a colour or a distance to its stylesheet. */
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined;
  }
}
