/** What an error code means to an operator. */
export interface ErrorEntry {
  /** `RT` and four digits. */
  readonly ref: string;
  readonly exitCode: number;
  readonly title: string;
  readonly explanation: string;
  readonly whatToDo: string;
}
