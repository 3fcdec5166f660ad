'use client';

import { useState } from 'react';
import { shorten } from '../model/names';
import { Drawing } from '../parts/Drawing';
import { Empty } from '../parts/Empty';
import { Key } from '../parts/Key';
import { type DiagramProps, enlarged } from '../parts/node';
import { type ImageStore, imageStores } from './model';
import { totalsText } from './outline';
import { placeStore } from './placement';
import { LayerShape, StackShape } from './shapes';
import './images.css';

export function ImagesDiagram(given: DiagramProps) {
  const props = enlarged(given);
  const stores = imageStores(props.scene);
  if (stores.length === 0) {
    return (
      <Empty title="No image yet">
        The images of each layout appear here as stacks of layers with their sizes: what several images have in common
        is drawn once, under all of them, as it is stored once.
      </Empty>
    );
  }
  return (
    <>
      {stores.map((store) => (
        <StoreFigure key={store.key} store={store} {...props} />
      ))}
      <Key
        entries={[
          { shape: 'layer-shared', text: 'layer of several images' },
          { shape: 'layer-own', text: 'layer of one image' },
          ...(stores.some(({ missing }) => missing > 0) ? [{ shape: 'layer-missing', text: 'missing' }] : []),
          ...(stores.some(({ corrupt }) => corrupt > 0) ? [{ shape: 'layer-corrupt', text: 'corrupt' }] : []),
        ]}
      />
    </>
  );
}

function StoreFigure({ store, ...props }: DiagramProps & { store: ImageStore }) {
  const [looked, setLooked] = useState<string | null>(null);
  const layout = placeStore(store, Math.max(props.width, 320));
  const title = props.scene.machines.length > 1 ? `${store.machine}: ${store.layout}` : store.layout;
  return (
    <section className="dg-store" aria-label={`Images in ${title}`}>
      <p className="dg-store-title">
        <span>{shorten(title, 48)}</span>
        <small>{totalsText(store)}</small>
      </p>
      <Drawing
        label={`Layers of the images in ${title}`}
        width={layout.width}
        height={layout.height}
        room={props.width}
        scale={props.scale}
      >
        {layout.layers.map((placed) => (
          <LayerShape key={placed.node.key} placed={placed} onLook={setLooked} {...props} />
        ))}
        {layout.stacks.map((placed) => (
          <StackShape key={placed.stack.digest} placed={placed} onLook={setLooked} {...props} />
        ))}
      </Drawing>
      <p className="dg-store-digest" aria-hidden="true">
        {looked ?? 'Point at a layer or a name to see its whole digest.'}
      </p>
      {store.more > 0 && <p className="dg-note">And {store.more.toLocaleString('en')} more images.</p>}
    </section>
  );
}
