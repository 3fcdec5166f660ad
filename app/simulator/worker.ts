/** The worker's beginning: the bundler makes a file of its own of it, which is loaded when a simulated lab is asked for. */
import { serveSimulator } from '../../sandbox/browser/worker';

serveSimulator({
  listen: (listener) => {
    self.onmessage = ({ data }) => listener(data);
  },
  tell: (news) => self.postMessage(news),
});
