export * from './prose';
export * from './sections';
