/** What a diagram says while there is nothing to draw, and what will be drawn. */
export function Empty({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="dg-empty">
      <p className="dg-empty-title">{title}</p>
      <p>{children}</p>
    </div>
  );
}
