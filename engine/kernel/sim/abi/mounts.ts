export * from '../../abi/mounts';
