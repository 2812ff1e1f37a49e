using System.ComponentModel;
using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What to start.</summary>
internal sealed record ChildCommand(
    string FileName,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment
);

/// <summary>
/// A process that was started for a resource. On Unix it passes through a gate: a shell in a session of its own reads
/// one line before it becomes the program. The line is written after the guardian knows the process; if this process is
/// killed in between, the gate sees the end of its input and ends. So at no time a program runs that nobody would stop.
/// </summary>
internal sealed class ChildProcess : IRunningResource
{
    private const string ProcessIdProperty = "executable.pid";
    private const string Gate = "read -r go || exit 1; exec \"$@\" </dev/null";

    private static readonly TimeSpan s_lastLines = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly ProcessGuardian? _guardian;

    private ChildProcess(Process process, ProcessGuardian? guardian)
    {
        _process = process;
        _guardian = guardian;
        Id = process.Id;
        Exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public int Id { get; }

    public ResourcePropertySnapshot Identity => new(ProcessIdProperty, Id);

    public Task<int> Exited => Exit.Task;

    private TaskCompletionSource<int> Exit { get; }

    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public static ChildProcess Start(ChildCommand command, ProcessGuardian? guardian, Action<string, bool> write)
    {
        if (!Directory.Exists(command.WorkingDirectory))
            throw new DistributedApplicationException($"its folder '{command.WorkingDirectory}' does not exist.");
        var program = ExecutablePath.Find(command.FileName, command.WorkingDirectory)
            ?? throw new DistributedApplicationException($"the program '{command.FileName}' was not found.");

        var gated = !OperatingSystem.IsWindows();
        var start = gated
            ? ProcessSession.Describe(
                "/bin/sh",
                ["-c", Gate, "sh", .. BesideTheShell(command.Environment), program, .. command.Arguments]
            )
            : ProcessSession.Describe(program, command.Arguments);
        start.WorkingDirectory = command.WorkingDirectory;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;

        try
        {
            var child = new ChildProcess(Process.Start(start)!, guardian);
            guardian?.Add(child.Id);
            if (gated)
                child._process.StandardInput.Write("\n");
            child._process.StandardInput.Close();
            _ = child.WatchAsync(write);
            return child;
        }
        catch (Exception failure) when (failure is Win32Exception or IOException)
        {
            throw new DistributedApplicationException($"'{program}' could not be started: {failure.Message}", failure);
        }
    }

    /// <summary>Asks the process to end; after a time kills it and what it started.</summary>
    public async Task StopAsync(TimeSpan grace, Action killing, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else if (!Exited.IsCompleted)
        {
            Unix.Terminate(Id);
            try
            {
                await Exited.WaitAsync(grace, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception late) when (late is TimeoutException or OperationCanceledException)
            {
                killing();
                Kill();
            }
        }

        await Exited.ConfigureAwait(false);
    }

    public void Kill()
    {
        if (Exited.IsCompleted)
            return;

        try
        {
            if (ProcessSession.Supported)
            {
                Unix.KillGroup(Id);
                // Just started, it may not lead its group yet.
                _process.Kill();
            }
            else
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended in the meantime.
        }
    }

    /// <summary>
    /// A shell drops variables whose names it could not write (dash) such as <c>services__pos-api__http__0</c>;
    /// <c>env</c> sets them behind it.
    /// </summary>
    private static string[] BesideTheShell(IReadOnlyDictionary<string, string> environment)
    {
        var unwritable = environment
            .Where(v => v.Key.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_') || char.IsAsciiDigit(v.Key[0]))
            .ToList();
        return unwritable.Count == 0
            ? []
            : [ExecutablePath.Find("env", "/") ?? "/usr/bin/env", .. unwritable.Select(v => $"{v.Key}={v.Value}")];
    }

    private async Task WatchAsync(Action<string, bool> write)
    {
        var output = PumpAsync(_process.StandardOutput, line => write(line, false));
        var errors = PumpAsync(_process.StandardError, line => write(line, true));
        await _process.WaitForExitAsync().ConfigureAwait(false);
        if (ProcessSession.Supported)
            Unix.KillGroup(Id);
        _guardian?.Remove(Id);

        // A descendant in a session of its own may hold the pipes open: its lines are not waited for.
        await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(s_lastLines)).ConfigureAwait(false);
        Exit.SetResult(_process.ExitCode);
        _process.Dispose();
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> write)
    {
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
                write(line);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // The pipe went away with the process.
        }
    }
}
