/** cnitool in a Machine: plugins that are ours run in it, so that a chain costs one start of Node. */
import { OwnPlugins } from '../cni/own-plugins';
import { runTool } from '../cni/tool';
import { executableOf } from './executable';

void runTool((networks, processes) => new OwnPlugins(networks, processes, Buffer.from(executableOf('cni-plugin'))));
