using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>
/// What ends the application besides the host's own signals: a second Ctrl-C, which kills at once, and the end of the
/// <c>dotnet run</c> that started it, whose kill would otherwise leave everything behind.
/// </summary>
internal sealed class Shutdown(
    ApplicationOrchestrator orchestrator,
    IHostApplicationLifetime lifetime,
    ILogger<Shutdown> logger
) : BackgroundService
{
    /// <summary>What a shell reports for a process that ended by SIGINT.</summary>
    private const int InterruptedExitCode = 130;

    private static readonly TimeSpan s_parentCheck = TimeSpan.FromMilliseconds(500);

    private PosixSignalRegistration? _interrupts;
    private int _interruptCount;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _interrupts?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (OperatingSystem.IsWindows() || !WasStartedByDotnet(out var parent))
            return;

        // An orphan gets another parent: init, or the next subreaper.
        using var timer = new PeriodicTimer(s_parentCheck);
        while (Unix.ParentProcessId == parent)
            await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
        logger.ParentGone();
        lifetime.StopApplication();
    }

    private static bool WasStartedByDotnet(out int parent)
    {
        parent = Unix.ParentProcessId;
        try
        {
            using var process = Process.GetProcessById(parent);
            return process.ProcessName == "dotnet";
        }
        catch (ArgumentException)
        {
            // It is gone already, or belongs to another namespace.
            return false;
        }
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        // The host's own handler stops the application at the first.
        if (Interlocked.Increment(ref _interruptCount) == 1)
            return;

        context.Cancel = true;
        orchestrator.KillAll();
        Environment.Exit(InterruptedExitCode);
    }
}
