namespace Aspire.Hosting;

/// <summary>
/// How processes are run: settings only, as Aspire leaves that to its orchestrator and has no API for it.
/// </summary>
internal sealed class RunOptions
{
    public const string Section = "AppHost:Run";

    /// <summary>How long a process has to end after SIGTERM.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Pause between health checks of a resource that is not healthy yet.</summary>
    public TimeSpan HealthCheckInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Pause between health checks of a healthy resource.</summary>
    public TimeSpan HealthyCheckInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the resources' lines are printed on the console.</summary>
    public bool PrintResourceLogs { get; set; } = true;

    /// <summary>Whether the resources' lines go to the application's log.</summary>
    public bool ForwardResourceLogs { get; set; }
}
