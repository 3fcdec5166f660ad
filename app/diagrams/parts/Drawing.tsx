import type { ReactNode } from 'react';

interface DrawingProps {
  label: string;
  /** Size in drawing units, and the pixels in one of them. */
  width: number;
  height: number;
  scale: number;
  children: ReactNode;
}

/** A drawing that keeps its size and scrolls sideways where there is not room enough. */
export function Drawing({ label, width, height, scale, children }: DrawingProps) {
  return (
    <div className="dg-scroll">
      <svg
        role="group"
        aria-label={label}
        width={width * scale}
        height={height * scale}
        viewBox={`0 0 ${width} ${height}`}
      >
        {children}
      </svg>
    </div>
  );
}
