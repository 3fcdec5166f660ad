import type { IpcObject } from '../../../engine/state';

/** A small sign for each kind of object: a ruled page, a row of flags, a line of envelopes in a pipe. */
export function Glyph({ kind, count }: { kind: IpcObject['kind']; count: number }) {
  return (
    <svg
      className="dg-ipc-glyph"
      data-kind={kind}
      aria-hidden="true"
      width="1.875rem"
      height="1.5rem"
      viewBox="0 0 30 24"
    >
      {kind === 'shm' && <Page />}
      {kind === 'sem' && <Flags count={count} />}
      {(kind === 'msg' || kind === 'mqueue') && <Queue count={count} />}
    </svg>
  );
}

function Page() {
  return (
    <>
      <rect x="5" y="2.5" width="20" height="19" rx="1.5" />
      {[7.5, 12, 16.5].map((y) => (
        <line key={y} x1="8" x2="22" y1={y} y2={y} />
      ))}
    </>
  );
}

function Flags({ count }: { count: number }) {
  return [0, 1, 2].slice(0, Math.max(1, count)).map((index) => (
    <g key={index} transform={`translate(${5 + index * 8} 0)`}>
      <line x1="0" x2="0" y1="3" y2="21" />
      <rect x="0" y="3" width="5" height="6" />
    </g>
  ));
}

function Queue({ count }: { count: number }) {
  return (
    <>
      <path d="M2 6h26M2 18h26" />
      {[0, 1, 2].slice(0, count).map((index) => (
        <rect key={index} className="dg-ipc-message" x={20 - index * 8} y="9" width="6" height="6" />
      ))}
    </>
  );
}
