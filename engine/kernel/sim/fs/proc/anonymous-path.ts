export { anonymousPath, placeText } from '../../vfs/anonymous-path';
