using System.Diagnostics;

namespace LocalCloud.Tests.Support;

/// <summary>A program that a test needs to run to its end.</summary>
internal static class Tool
{
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">Its exit code is not 0; the message has what it said.</exception>
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
                    $"{start.FileName} ended with {process.ExitCode}:\n{await output}\n{await error}"
                );
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
