using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What was started for a resource: a process, or a container.</summary>
internal interface IRunningResource
{
    /// <summary>The exit code, once it ended and its output was passed on.</summary>
    Task<int> Exited { get; }

    /// <summary>What it is known by outside.</summary>
    ResourcePropertySnapshot Identity { get; }

    /// <summary>Asks it to end; after a time kills it.</summary>
    /// <param name="grace">How long it has.</param>
    /// <param name="killing">Called before it is killed.</param>
    /// <param name="cancellationToken">Kills it at once.</param>
    Task StopAsync(TimeSpan grace, Action killing, CancellationToken cancellationToken);

    /// <summary>Kills it at once, and does not wait for its end.</summary>
    void Kill();
}
