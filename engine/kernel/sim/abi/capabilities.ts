export * from '../../abi/capabilities';
