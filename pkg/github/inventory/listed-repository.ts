/** A repository as a page of the listing has it. */
import type { Repository } from '../../api/index.js';

export interface ListedRepository {
  repository: Repository;
  /** False where an error touched its row: its default branch must then be asked for before anything is believed. */
  certain: boolean;
  /**
   * Set where an error names the row as a whole, or one of its flags, or where another row of the listing says something else. That it is archived, or what the filter of the policy
   * looks at, is then not known; its files may be read all the same.
   */
  isDoubtful?: true;
  /** An earlier row of the listing was about it too, and differs from this one. */
  isAgain?: true;
}
