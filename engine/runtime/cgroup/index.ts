export { Cgroup } from './cgroup';
export { type ContainerCgroup, cgroupsOf } from './paths';
