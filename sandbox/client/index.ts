/**
 * The page's door into a lab. Pulls in no server code and no zod: the protocol is imported as types only.
 *
 * const client = createLabClient({ dial: dialGateway(), lesson: '1.1', learner });
 * client.start();
 * const view = useSyncExternalStore(client.subscribe, client.getView);
 */
export { createLabClient } from './client';
export * from './types';
