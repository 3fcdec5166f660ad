'use client';

/** The lab's terminals in tabs: which is in front, opening another, closing one. */
import { Menu } from '@base-ui/react/menu';
import { Tabs } from '@base-ui/react/tabs';
import type { LabView } from '../../sandbox/client';
import { useLab, useMachines, useTerminals } from '../lab/context';
import { isUnnamed } from '../lab/store';
import { Close, Plus } from '../ui/icons';
import { TerminalScreen } from './terminal-screen';

type TerminalView = LabView['terminals'][number];
type Machines = LabView['machines'];

export function Terminals() {
  const terminals = useTerminals();
  const machines = useMachines();
  const current = useLab((lab) => lab.terminal);
  const select = useLab((lab) => lab.selectTerminal);
  const client = useLab((lab) => lab.client);
  return (
    <Tabs.Root
      id="terminals"
      className="terminals"
      value={current}
      onValueChange={(value) => {
        if (typeof value === 'string') select(value);
      }}
    >
      <div className="pane-tabs">
        <Tabs.List className="terminal-tabs" aria-label="Terminals">
          {terminals.map((terminal) => (
            <Tabs.Tab key={terminal.terminal} className="pane-tab terminal-tab" value={terminal.terminal}>
              {nameOf(terminal, terminals, machines)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {terminals.length > 1 && current !== null && (
          <button
            type="button"
            className="icon-button icon-button-small"
            aria-label="Close this terminal"
            title="Close this terminal"
            onClick={() => client?.closeTerminal(current)}
          >
            <Close />
          </button>
        )}
        <NewTerminal machines={machines} />
      </div>
      {terminals.map((terminal) => (
        <Tabs.Panel
          key={terminal.terminal}
          value={terminal.terminal}
          keepMounted
          className="terminal-panel"
          tabIndex={-1}
        >
          <TerminalScreen
            id={terminal.terminal}
            name={nameOf(terminal, terminals, machines)}
            shown={terminal.terminal === current}
          />
        </Tabs.Panel>
      ))}
      {terminals.length === 0 && <p className="pane-waiting">All terminals are closed. Open one with the plus.</p>}
    </Tabs.Root>
  );
}

function NewTerminal({ machines }: { machines: Machines }) {
  const open = useLab((lab) => lab.openTerminal);
  return (
    <Menu.Root>
      <Menu.Trigger className="icon-button icon-button-small" aria-label="New terminal" title="New terminal">
        <Plus />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="start" sideOffset={4} className="menu-positioner">
          <Menu.Popup className="menu">
            {machines.flatMap(({ id, hostname }) =>
              (['root', 'learner'] as const).map((user) => (
                <Menu.Item key={`${id}-${user}`} className="menu-item" onClick={() => open(id, user)}>
                  {user}@{hostname}
                </Menu.Item>
              )),
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** `root@lab`; with the name a lesson gave it, or a number from the second of the same on. */
function nameOf(terminal: TerminalView, all: readonly TerminalView[], machines: Machines): string {
  const same = all.filter(({ machine, user }) => machine === terminal.machine && user === terminal.user);
  const hostname = machines.find(({ id }) => id === terminal.machine)?.hostname ?? terminal.machine;
  if (!isUnnamed(terminal.terminal)) return `${terminal.user}@${hostname} ${terminal.terminal}`;
  const place = same.filter((one) => isUnnamed(one.terminal)).indexOf(terminal);
  return `${terminal.user}@${hostname}${place > 0 ? ` ${place + 1}` : ''}`;
}
