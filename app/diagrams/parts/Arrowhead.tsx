/** The tip of an arrow, for `markerEnd`; its class says its colour. */
export function Arrowhead({ id, className }: { id: string; className: string }) {
  return (
    <marker
      id={id}
      className={className}
      viewBox="0 0 8 8"
      refX="7.5"
      refY="4"
      markerWidth="8"
      markerHeight="8"
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M0 0.5L7.5 4L0 7.5z" />
    </marker>
  );
}
