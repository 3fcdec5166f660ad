/** What the signs of a drawing mean, in one line under it. */
export function Key({ entries }: { entries: ReadonlyArray<{ shape: string; text: string }> }) {
  return (
    <ul className="dg-key" aria-label="Signs">
      {entries.map(({ shape, text }) => (
        <li key={text}>
          <span className="dg-key-sign" data-shape={shape} aria-hidden="true" />
          {text}
        </li>
      ))}
    </ul>
  );
}
