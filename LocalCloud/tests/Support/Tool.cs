using System.Diagnostics;

namespace LocalCloud.Tests.Support;

/// <summary>Runs programs to their end.</summary>
internal static class Tool
{
    /// <summary>Runs a program and returns its standard output.</summary>
    /// <exception cref="InvalidOperationException">The exit code is not 0; the message has the output.</exception>
    public static async Task<string> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException(
                    $"{start.FileName} exited with code {process.ExitCode}:\n{await output}\n{await error}"
                );
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
