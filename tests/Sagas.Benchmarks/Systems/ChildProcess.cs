using System.Diagnostics;
using Sagas.Benchmarks.Measuring;

namespace Sagas.Benchmarks.Systems;

/// <summary>A program in a process of its own, which ends with this object.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private volatile bool _isWanted = true;

    private ChildProcess(Process process) => _process = process;

    public ProcessTree Usage => new(_process.Id);

    /// <param name="folder">Where the program is.</param>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="environment">What it finds in its environment besides what is in this one.</param>
    /// <param name="ended">Is told when it ends by itself.</param>
    public static ChildProcess Start(
        string folder,
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Action<string> ended)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, program), arguments) { WorkingDirectory = folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        child._process.Exited += (_, _) =>
        {
            if (child._isWanted)
            {
                ended(
                    $"'{program} {arguments[0]}' ended with exit code {child._process.ExitCode}: "
                    + "what it wrote above says more.");
            }
        };
        child._process.Start();
        return child;
    }

    public void Dispose()
    {
        _isWanted = false;
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
