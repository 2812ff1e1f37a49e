using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>
/// A container that was started for a resource, or found. A child process follows its log; when that ends, so has the
/// container. A session's container is removed at its end, and the guardian knows it by then; a persistent one is left
/// as it is.
/// </summary>
internal sealed class RunningContainer : IRunningResource
{
    private const string IdProperty = "container.id";

    /// <summary>An image may have to be fetched first.</summary>
    private static readonly TimeSpan s_patienceToRun = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ContainerEngine _engine;
    private readonly ContainerDescription _container;
    private readonly ProcessGuardian? _guardian;
    private readonly ChildProcess _log;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningContainer(
        ContainerEngine engine,
        ContainerDescription container,
        string id,
        ProcessGuardian? guardian,
        ChildProcess log
    )
    {
        (_engine, _container, _guardian, _log) = (engine, container, guardian, log);
        Identity = new(IdProperty, id);
        Exited = FollowAsync();
    }

    public Task<int> Exited { get; }

    public ResourcePropertySnapshot Identity { get; }

    /// <exception cref="DistributedApplicationException">There is no engine, or it could not run the
    /// container.</exception>
    public static async Task<RunningContainer> StartAsync(
        ContainerEngine engine,
        ContainerDescription container,
        Action ensurePortsAreFree,
        ProcessGuardian? guardian,
        ILogger logger,
        Action<string, bool> write,
        CancellationToken cancellationToken
    )
    {
        var known = await engine.ListAsync(guardian, cancellationToken).ConfigureAwait(false);
        foreach (var left in known.Where(ContainerEngine.IsLeftOver))
        {
            logger.RemovingLeftOver(left.Name);
            await engine.RemoveAsync(left.Name, guardian).ConfigureAwait(false);
        }

        if (container.IsPersistent && known.FirstOrDefault(k => k.Name == container.Name) is { } earlier)
        {
            if (earlier.Configuration == container.Configuration)
                return await FindAgainAsync(engine, container, guardian, logger, write, cancellationToken)
                    .ConfigureAwait(false);
            logger.ReplacingContainer(container.Name);
            await engine.RemoveAsync(container.Name, guardian).ConfigureAwait(false);
        }

        ensurePortsAreFree();
        if (!container.IsPersistent)
            guardian?.AddContainer(container.Name);
        var begun = false;
        try
        {
            var run = await engine
                .RunAsync(
                    container.RunArguments(engine.Labels(container)),
                    guardian,
                    s_patienceToRun,
                    cancellationToken,
                    container.PassedEnvironment,
                    line => write(line, false)
                )
                .ConfigureAwait(false);
            if (run.ExitCode != 0)
                throw new DistributedApplicationException(
                    $"the container of image {container.Image} could not be run: {run.Reason}"
                );
            begun = true;
            return new(
                engine,
                container,
                run.Output is [.., var id] ? id : container.Name,
                guardian,
                engine.Start(["logs", "--follow", container.Name], guardian, write)
            );
        }
        finally
        {
            if (!begun)
                await RemoveHalfMadeAsync(engine, container, guardian).ConfigureAwait(false);
        }
    }

    public async Task StopAsync(TimeSpan grace, Action killing, CancellationToken cancellationToken)
    {
        if (_container.IsPersistent)
        {
            _left.TrySetResult();
            await _log.StopAsync(grace, killing, cancellationToken).ConfigureAwait(false);
        }
        else if (!Exited.IsCompleted && !await EndsAsync(grace, cancellationToken).ConfigureAwait(false))
        {
            killing();
            await _engine.RemoveAsync(_container.Name, _guardian).ConfigureAwait(false);
            _log.Kill();
        }

        await Exited.ConfigureAwait(false);
    }

    public void Kill()
    {
        if (!_container.IsPersistent && !Exited.IsCompleted)
            _engine.Start(["rm", "--force", "--volumes", _container.Name], guardian: null, (_, _) => { });
        _log.Kill();
    }

    private static async Task<RunningContainer> FindAgainAsync(
        ContainerEngine engine,
        ContainerDescription container,
        ProcessGuardian? guardian,
        ILogger logger,
        Action<string, bool> write,
        CancellationToken cancellationToken
    )
    {
        var since = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        var started = await engine
            .RunAsync(["start", container.Name], guardian, s_patience, cancellationToken)
            .ConfigureAwait(false);
        if (started.ExitCode != 0)
            throw new DistributedApplicationException(
                $"the container {container.Name}, which is there from an earlier run, could not be started: {started.Reason}"
            );
        logger.FoundContainer(container.Name);
        return new(
            engine,
            container,
            container.Name,
            guardian,
            engine.Start(["logs", "--follow", "--since", since, container.Name], guardian, write)
        );
    }

    /// <summary>
    /// It may have been made and not have started. A container of that name that is somebody else's stays.
    /// </summary>
    private static async Task RemoveHalfMadeAsync(
        ContainerEngine engine,
        ContainerDescription container,
        ProcessGuardian? guardian
    )
    {
        var known = await engine.ListAsync(guardian, CancellationToken.None).ConfigureAwait(false);
        if (known.Any(k => k.Name == container.Name && ContainerEngine.IsOwn(k, container)))
            await engine.RemoveAsync(container.Name, guardian).ConfigureAwait(false);
        guardian?.RemoveContainer(container.Name);
    }

    // The engine itself kills a container that has not ended by then.
    private async Task<bool> EndsAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        var seconds = ((int)Math.Ceiling(grace.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        try
        {
            var stopped = await _engine
                .RunAsync(["stop", "-t", seconds, _container.Name], _guardian, grace + s_patience, cancellationToken)
                .ConfigureAwait(false);
            if (stopped.ExitCode != 0)
                return false;
            await Exited.WaitAsync(s_patience, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<int> FollowAsync()
    {
        var logExit = await _log.Exited.ConfigureAwait(false);
        if (_left.Task.IsCompleted)
            return 0;

        // Answers at once when the container has ended; when only its log did, once it ends.
        var exitCode = logExit;
        var wait = _engine.Start(["wait", _container.Name], _guardian, (line, isError) =>
        {
            if (!isError && int.TryParse(line, CultureInfo.InvariantCulture, out var code))
                exitCode = code;
        });
        if (await Task.WhenAny(wait.Exited, _left.Task).ConfigureAwait(false) == _left.Task)
        {
            wait.Kill();
            await wait.Exited.ConfigureAwait(false);
            return 0;
        }

        if (!_container.IsPersistent)
        {
            await _engine.RemoveAsync(_container.Name, _guardian).ConfigureAwait(false);
            _guardian?.RemoveContainer(_container.Name);
        }
        return exitCode;
    }
}
