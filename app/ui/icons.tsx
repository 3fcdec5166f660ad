/** The page's icons: 20 units square, drawn with the text's colour. They are decoration; the control names itself. */
import type { ReactNode } from 'react';

interface IconProps {
  className?: string;
}

function Icon({ className = 'icon', children }: IconProps & { children: ReactNode }) {
  return (
    <svg
      className={className}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const ArrowLeft = (props: IconProps) => (
  <Icon {...props}>
    <path d="M16 10H4m5-5-5 5 5 5" />
  </Icon>
);
export const ArrowRight = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4 10h12m-5-5 5 5-5 5" />
  </Icon>
);
export const Check = (props: IconProps) => (
  <Icon {...props}>
    <path d="m4.5 10.5 3.8 3.8 7.4-8.4" />
  </Icon>
);
export const Lock = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5.5 9.5h9v6.5h-9zM7.2 9.3V7a2.8 2.8 0 0 1 5.6 0v2.3" />
  </Icon>
);
export const Play = (props: IconProps) => (
  <Icon {...props}>
    <path d="M6.5 4.6v10.8l8.8-5.4z" fill="currentColor" />
  </Icon>
);
export const Copy = (props: IconProps) => (
  <Icon {...props}>
    <path d="M7.5 7.5h8v8.5h-8zM5 12.5H4.2V4h8v1" />
  </Icon>
);
export const LinkIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8.4 11.6a3 3 0 0 0 4.3 0l2.6-2.6a3 3 0 0 0-4.3-4.3l-.9.9M11.6 8.4a3 3 0 0 0-4.3 0L4.7 11A3 3 0 0 0 9 15.3l.9-.9" />
  </Icon>
);
export const Plus = (props: IconProps) => (
  <Icon {...props}>
    <path d="M10 4.5v11M4.5 10h11" />
  </Icon>
);
export const Close = (props: IconProps) => (
  <Icon {...props}>
    <path d="m5.5 5.5 9 9m0-9-9 9" />
  </Icon>
);
export const Sun = (props: IconProps) => (
  <Icon {...props}>
    <path d="M10 6.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8ZM10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.4 4.4l1.1 1.1M14.5 14.5l1.1 1.1M4.4 15.6l1.1-1.1M14.5 5.5l1.1-1.1" />
  </Icon>
);
export const Moon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M16 12.1A6.6 6.6 0 0 1 7.9 4a6.6 6.6 0 1 0 8.1 8.1Z" />
  </Icon>
);
export const Screen = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 4.5h14v9H3zM7.5 16.5h5M10 13.5v3" />
  </Icon>
);
export const Keyboard = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.7h7" />
  </Icon>
);
export const Book = (props: IconProps) => (
  <Icon {...props}>
    <path d="M10 5.2C8.3 4 6 3.6 3 3.7v11.6c3-.1 5.3.3 7 1.5 1.7-1.2 4-1.6 7-1.5V3.7c-3-.1-5.3.3-7 1.5Zm0 0v11.6" />
  </Icon>
);
export const Prompt = (props: IconProps) => (
  <Icon {...props}>
    <path d="m4 5.5 4.5 4.5L4 14.5M10.5 15H16" />
  </Icon>
);
export const Graph = (props: IconProps) => (
  <Icon {...props}>
    <path d="M7.5 3h5v4h-5zM3 13h5v4H3zM12 13h5v4h-5zM10 7v3M5.5 13v-3h9v3" />
  </Icon>
);
export const Folder = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 5h5l1.6 2H17v8.5H3z" />
  </Icon>
);
export const FileIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5 3h6.5L15 6.5V17H5zM11.3 3v3.7H15" />
  </Icon>
);
export const Clock = (props: IconProps) => (
  <Icon {...props}>
    <path d="M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 3.2V10l2.6 1.8" />
  </Icon>
);
export const Reset = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4.2 8A6.3 6.3 0 1 1 3.7 11.5M4 3.8V8h4.2" />
  </Icon>
);
export const Leave = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 4H4v12h4M12.5 6.5 16 10l-3.5 3.5M16 10H8" />
  </Icon>
);
export const Accessibility = (props: IconProps) => (
  <Icon {...props}>
    <path d="M10 4.2h.01M4.5 7.3l5.5 1 5.5-1M10 8.3v3.5m0 0-2.6 4.7M10 11.8l2.6 4.7" />
  </Icon>
);
export const Flag = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5 17V3.5h9.5L12.3 7l2.2 3.5H5" />
  </Icon>
);
export const Bulb = (props: IconProps) => (
  <Icon {...props}>
    <path d="M7.7 13.5c0-1.8-2.4-2.7-2.4-5.7a4.7 4.7 0 0 1 9.4 0c0 3-2.4 3.9-2.4 5.7zM8.2 16.5h3.6" />
  </Icon>
);
export const Chevron = (props: IconProps) => (
  <Icon {...props}>
    <path d="m7.5 5 5 5-5 5" />
  </Icon>
);
export const More = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" strokeWidth="2.6" />
  </Icon>
);
export const Save = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4 4h9l3 3v9H4zM7 4v4h5V4M7 16v-4.5h6V16" />
  </Icon>
);

/** The mark of the house: sheets lying under each other. */
export function Mark({ className = 'mark' }: { className?: string }) {
  return (
    <svg className={className} viewBox="0 0 24 24" aria-hidden="true">
      <path d="M12 2.5 22 7.5 12 12.5 2 7.5Z" fill="currentColor" />
      <path d="m4.6 10.6-2.6 1.3 10 5 10-5-2.6-1.3L12 14.3Z" fill="currentColor" opacity="0.55" />
      <path d="m4.6 15-2.6 1.3 10 5 10-5-2.6-1.3L12 18.7Z" fill="var(--accent)" />
    </svg>
  );
}
