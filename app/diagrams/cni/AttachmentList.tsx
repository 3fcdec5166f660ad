import { type DiagramProps, nodeProps } from '../parts/node';
import type { AttachmentNode, DeviceStop } from './attachments';
import { attachmentText } from './outline';

/** Who is part of which network now, and by which devices, as far as a runtime has noted it: a plugin called by hand leaves no note. */
export function AttachmentList({ nodes, ...props }: DiagramProps & { nodes: readonly AttachmentNode[] }) {
  return (
    <section className="dg-attachments" aria-label="Attachments">
      <p className="dg-cni-title">Attachments</p>
      {nodes.length === 0 ? (
        <p className="dg-quiet">None is noted in /var/lib/cni/results, where a runtime keeps them.</p>
      ) : (
        <ul>
          {nodes.map((node) => (
            <li key={node.ref} data-mark={node.mark}>
              <Attachment node={node} {...props} />
              {node.path.slice(1).map((stop) => (
                <Stop key={stop.ref} stop={stop} {...props} />
              ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Attachment({ node, ...props }: DiagramProps & { node: AttachmentNode }) {
  const { attachment, path, mark } = node;
  const { container, ifname, addresses, network } = attachment;
  const lost = path.length === 0 && mark !== 'gone';
  return (
    <button
      type="button"
      className="dg-attachment"
      data-lost={lost || undefined}
      {...nodeProps(props, node.ref, attachmentText(node), mark)}
    >
      <span className="dg-attachment-container">
        <span className="dg-marked">{container}</span> <small>{network}</small>
      </span>
      <span className="dg-attachment-device">
        {ifname} <span>{addresses.join(' ') || 'no address'}</span>
      </span>
      {lost && <small className="dg-attachment-lost">the device is not there</small>}
    </button>
  );
}

function Stop({ stop, ...props }: DiagramProps & { stop: DeviceStop }) {
  const { device, addresses, ref } = stop;
  const label = `${device.kind} ${device.name}, ${addresses.join(', ') || 'no address'}`;
  return (
    <button
      type="button"
      className="dg-attachment-stop"
      data-bridge={device.kind === 'bridge' || undefined}
      {...nodeProps(props, ref, label, props.scene.mark('devices', `${device.ns}/${device.index}`))}
    >
      <span className="dg-marked">{device.name}</span>
      <small>{addresses.join(' ') || device.kind}</small>
    </button>
  );
}
