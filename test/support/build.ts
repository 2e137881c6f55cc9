import { execFileSync } from 'node:child_process';

/** Journeys run the program as it is shipped: the compiled one. */
export default function build(): void {
  execFileSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' });
}
