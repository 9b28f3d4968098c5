/** A repository as a page of the listing has it. */
import type { Repository } from '../../api/index.js';

export interface ListedRepository {
  repository: Repository;
  /** False where an error touched its row: its default branch must then be asked for before anything is believed. */
  certain: boolean;
}
