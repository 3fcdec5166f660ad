export { defaultSocket } from './dhcp/config';
export { DhcpDaemon } from './dhcp/daemon';
export { type AskDaemon, dhcp } from './dhcp/dhcp';
export { answerCall } from './dhcp/rpc';
export { hostLocal } from './host-local/host-local';
export { staticIpam } from './static';
