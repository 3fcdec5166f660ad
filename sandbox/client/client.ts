import type { LabClient, LabClientOptions } from './types';

/** A client that is not connected yet: call `start()`. */
export function createLabClient(_options: LabClientOptions): LabClient {
  throw new Error('the client is being written');
}
