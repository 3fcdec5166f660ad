/** The three parts of the course as sheets lying on each other: the kernel below, Docker on it, Kubernetes on top. */

const sheets = [
  { part: 3, label: 'Kubernetes' },
  { part: 2, label: 'Docker' },
  { part: 1, label: 'Kernel' },
] as const;

/** With `part` that sheet is marked; with null all are drawn alike and named. Decoration: the text says the same. */
export function Strata({ part, className }: { part: number | null; className?: string }) {
  const spacing = part === null ? 44 : 30;
  return (
    <svg className={className} viewBox={part === null ? '0 0 372 200' : '0 0 280 172'} aria-hidden="true">
      {[...sheets].reverse().map((sheet) => {
        const y = (3 - sheet.part) * spacing + (part === null ? 6 : 8);
        return (
          <g
            key={sheet.part}
            transform={`translate(0 ${y})`}
            className={sheet.part === part ? 'sheet sheet-on' : 'sheet'}
          >
            <path d="M140 4 272 50 140 96 8 50Z" />
            {part === null && <Texture part={sheet.part} />}
            {part === null && (
              <text x="284" y="54">
                {sheet.label}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** What lies on a sheet, drawn in its plane: pages, boxes, a fleet. */
function Texture({ part }: { part: number }) {
  const plane = 'matrix(0.132 0.046 -0.132 0.046 140 4)';
  if (part === 1) {
    return (
      <g transform={plane} className="sheet-lines">
        {[150, 300, 450, 600, 750, 900].map((at) => (
          <path key={at} d={`M60 ${at}H940`} />
        ))}
      </g>
    );
  }
  const cells = part === 2 ? [140, 560] : [120, 380, 640];
  const size = part === 2 ? 300 : 180;
  return (
    <g transform={plane} className="sheet-lines">
      {cells.flatMap((x) =>
        cells.map((y) => <rect key={`${x}-${y}`} x={x} y={y} width={size} height={size} rx="24" />),
      )}
    </g>
  );
}
