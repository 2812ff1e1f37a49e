using System.ComponentModel;
using System.Diagnostics;

namespace Pos.AppHost.Embedded;

/// <summary>Runs small programs of the operating system.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(2);

    /// <summary>Returns what a program prints, or null if it cannot be run.</summary>
    public static string? TryRead(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit(s_timeout);
            return process.HasExited && process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Runs a program and waits for its end.</summary>
    /// <exception cref="InvalidOperationException">The exit code is not 0.</exception>
    /// <exception cref="TimeoutException">The program did not end within two minutes.</exception>
    public static async Task RunAsync(
        string program,
        string[] arguments,
        CancellationToken cancellationToken,
        string? input = null
    )
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_timeout);
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.GetTempPath(),
            }
        )!;
        try
        {
            if (input is not null)
                await process.StandardInput.WriteAsync(input.AsMemory(), timeout.Token);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = await process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            if (process.ExitCode != 0)
                throw new InvalidOperationException(
                    $"{program} {arguments.FirstOrDefault()} ended with exit code {process.ExitCode}: "
                        + $"{errors.Trim()} {(await output).Trim()}"
                );
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{program} did not end within {s_timeout}.");
        }
    }
}
