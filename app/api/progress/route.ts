/** `GET /api/progress?learner=NAME`: every task the learner has done, and why when that is not known. */
import type { ProgressAnswer } from '../../lab/server-answers';
import { services } from '../../services';

export async function GET(request: Request): Promise<Response> {
  const learner = new URL(request.url).searchParams.get('learner') ?? '';
  if (!/^[A-Za-z0-9_-]{8,64}$/.test(learner)) {
    return Response.json({ error: 'learner must be 8 to 64 of A-Z a-z 0-9 _ -' }, { status: 400 });
  }
  return Response.json(await progressOf(learner), { headers: { 'cache-control': 'no-store' } });
}

async function progressOf(learner: string): Promise<ProgressAnswer> {
  const progress = services()?.progress;
  if (!progress) return { done: [], problem: 'progress is not kept: these pages are served without the lab server' };
  try {
    return { done: await progress.read(learner), problem: null };
  } catch (error) {
    return { done: [], problem: error instanceof Error ? error.message : String(error) };
  }
}
