/** cnitool on this computer. */
import { runTool } from './cni/tool';

void runTool((_, processes) => processes);
