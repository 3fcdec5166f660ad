import { counted, kindNames } from '../model/names';
import { capLines, type Outline } from '../model/outline';
import type { Scene } from '../model/scene';
import { places, placeTexts, steps } from './lifecycle';
import { type ContainerNode, type Lifecycle, lifecycles, ownKinds, wayText } from './model';

export function containersOutline(scene: Scene): Outline {
  const all = lifecycles(scene);
  const count = Object.keys(scene.after.containers).length;
  const lines = all.flatMap(({ machine, containers, more }) =>
    places.flatMap((place) => {
      const here = containers.filter((node) => node.place === place);
      const left = more[place] ?? 0;
      if (here.length === 0) return [];
      return [
        {
          text: `${place} on ${machine}: ${placeTexts[place]}`,
          children: [
            ...here.map((node) => ({ text: containerText(node), mark: node.mark })),
            ...(left > 0 ? [{ text: `and ${left.toLocaleString('en')} more` }] : []),
          ],
        },
      ];
    }),
  );
  return {
    summary: count === 0 ? 'There is no container in this lab.' : `${counted(count, 'container')}: ${tally(all)}.`,
    lines: [
      ...capLines(lines, 40),
      {
        text: 'What leads from one state to the next',
        children: steps.map(({ from, to, by }) => ({
          text: `${from === 'none' ? 'nothing' : from} → ${to}: ${by}`,
        })),
      },
    ],
  };
}

function tally(all: readonly Lifecycle[]): string {
  return places
    .flatMap((place) => {
      const count = all.reduce(
        (sum, { containers, more }) =>
          sum + containers.filter((node) => node.place === place).length + (more[place] ?? 0),
        0,
      );
      return count > 0 ? [`${count} ${place}`] : [];
    })
    .join(', ');
}

/** All that is drawn of a container, in one line. */
export function containerText({ container, pid, own, way, from, place }: ContainerNode): string {
  const parts = [container.id];
  if (pid !== null) parts.push(`process ${pid}`);
  if (container.args.length > 0) parts.push(container.args.join(' '));
  if (own)
    parts.push(
      `own namespaces: ${
        ownKinds(own)
          .map((kind) => kindNames[kind])
          .join(' ') || 'none'
      }`,
    );
  if (way.length > 0) parts.push(`came from ${from === 'none' ? 'nothing' : from} to ${place} by ${wayText(way)}`);
  return parts.join(', ');
}
