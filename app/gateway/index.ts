export { isLoopback } from './addresses';
export { createGateway, type Gateway } from './gateway';
export { createWebServer, type WebServerOptions } from './web-server';
