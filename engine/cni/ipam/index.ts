export { hostLocal } from './host-local/host-local';
export { staticIpam } from './static';
