import type { ReactNode } from 'react';

interface DrawingProps {
  label: string;
  /** Size in drawing units, and the pixels in one of them. */
  width: number;
  height: number;
  /** Units there is room for: a drawing that is a little wider is made a little smaller. */
  room: number;
  scale: number;
  children: ReactNode;
}

/** Text of 12 units stays above 10 pixels. */
const smallest = 0.86;

/** A drawing that keeps its size and scrolls sideways where there is not room enough. */
export function Drawing({ label, width, height, room, scale, children }: DrawingProps) {
  const zoom = scale * Math.min(1, Math.max(room / width, smallest));
  return (
    <div className="dg-scroll">
      <svg
        role="group"
        aria-label={label}
        width={width * zoom}
        height={height * zoom}
        viewBox={`0 0 ${width} ${height}`}
      >
        {children}
      </svg>
    </div>
  );
}
