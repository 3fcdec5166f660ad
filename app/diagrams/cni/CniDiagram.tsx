'use client';

import { useState } from 'react';
import { counted } from '../model/names';
import { Empty } from '../parts/Empty';
import { type DiagramProps, enlarged, nodeProps } from '../parts/node';
import { AttachmentList } from './AttachmentList';
import { CallView } from './CallView';
import { type CallLog, callLogs, type Operation, withDelegates } from './model';
import { operationText } from './outline';
import { Sequence } from './Sequence';
import './cni.css';

/** Operations that are shown open because the last command made them, and listed before the older ones are asked for. */
const maxOpen = 3;
const maxRecent = 6;

export function CniDiagram(given: DiagramProps) {
  const props = enlarged(given);
  const logs = callLogs(props.scene);
  if (logs.length === 0) {
    return (
      <Empty title="No CNI plugin has been called yet">
        Each call of a plugin appears here, the newest on top: who called whom, with the environment and the JSON that
        went in and came out; and below, which container became part of which network.
      </Empty>
    );
  }
  return logs.map((log) => <LogFigure key={log.machine} log={log} named={logs.length > 1} {...props} />);
}

function LogFigure({ log, named, ...props }: DiagramProps & { log: CallLog; named: boolean }) {
  const [older, setOlder] = useState(false);
  const { machine, operations, more, attachments } = log;
  const all = older || operations.slice(maxRecent).some((operation) => isChosen(operation, props.selected));
  const hidden = operations.length - maxRecent;
  return (
    <section className="dg-cni" aria-label={`CNI on ${machine}`}>
      {named && <p className="dg-cni-title">{machine}</p>}
      <ol className="dg-operations" aria-label="Calls, the newest first">
        {operations.slice(0, all ? operations.length : maxRecent).map((operation, index) => (
          <OperationItem
            key={operation.ref}
            operation={operation}
            open={index === 0 || (index < maxOpen && operation.mark === 'new')}
            {...props}
          />
        ))}
      </ol>
      {operations.length === 0 && <p className="dg-quiet">No call of a plugin is on record in /var/log/cni.</p>}
      {hidden > 0 && (
        <button type="button" className="dg-toggle" aria-expanded={all} onClick={() => setOlder(!all)}>
          {all ? 'Hide older operations' : `Show ${counted(hidden, 'older operation')}`}
        </button>
      )}
      {all && more > 0 && <p className="dg-note">And {counted(more, 'still older operation')}.</p>}
      <AttachmentList nodes={attachments} {...props} />
    </section>
  );
}

const chosenCall = ({ calls }: Operation, selected: string | null) =>
  calls.flatMap(withDelegates).find(({ ref }) => ref === selected);

const isChosen = (operation: Operation, selected: string | null) =>
  operation.ref === selected || chosenCall(operation, selected) !== undefined;

/** Folded to one line, unless it is among the newest, or it or one of its calls was chosen. */
function OperationItem({ operation, open, ...props }: DiagramProps & { operation: Operation; open: boolean }) {
  const { ref, command, network, container, ifname, outcome, answer, mark } = operation;
  const chosen = chosenCall(operation, props.selected);
  const unfolded = open || isChosen(operation, props.selected);
  return (
    <li className="dg-operation" data-open={unfolded || undefined}>
      <button
        type="button"
        className="dg-operation-head"
        aria-expanded={unfolded}
        {...nodeProps(props, ref, operationText(operation), mark)}
      >
        <span className="dg-operation-command dg-marked">{command}</span>
        <span className="dg-operation-subject">{[network, container, ifname].filter(Boolean).join(' ')}</span>
        <span className="dg-operation-answer" data-outcome={outcome}>
          {answer}
        </span>
      </button>
      {unfolded && <Sequence operation={operation} {...props} />}
      {chosen && <CallView node={chosen} />}
    </li>
  );
}
