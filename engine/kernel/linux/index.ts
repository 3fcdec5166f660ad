export { EventLoop, type Registration } from './events/epoll';
export { LinuxHost, type LinuxHostOptions } from './host/host';
export { labObserver } from './inspect';
export type { LabObserver, ObservedMachine, ObserveLab } from './observer';
