import Link from 'next/link';
import { Mark } from './ui/icons';

export default function NotFound() {
  return (
    <main className="not-found">
      <Mark />
      <h1>There is no page here</h1>
      <p>The address may be of a lesson that is planned but not written yet.</p>
      <Link className="button button-strong" href="/">
        Go to the course map
      </Link>
    </main>
  );
}
