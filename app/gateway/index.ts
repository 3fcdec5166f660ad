export { isLoopback } from './addresses';
export { createGateway, type Gateway } from './gateway';
export { createWebServer } from './web-server';
