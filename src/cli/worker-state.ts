/** A worker's status and what an operator wants of it, in one word of a table. */
export function workerStateText({
  status,
  wish,
}: {
  readonly status: string;
  readonly wish: string;
}): string {
  const isServing = status === 'ready' || status === 'busy';
  return (isServing && wish !== 'none' ? wish : status).toUpperCase();
}
