/** Vector files: read them, run them. */
export {
  parseVectorFile,
  VECTOR_SCHEMA,
  type VectorFile,
  type VectorGroup,
  type VectorResultKind,
  type VectorSource,
  type VectorTest,
} from './file.js';
export { runVectors, type VectorOutcome, type VectorReport } from './run.js';
