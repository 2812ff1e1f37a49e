using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting;

/// <summary>One process of a resource: starts it, follows its state, stops it.</summary>
internal sealed class ResourceProcess(
    IResource resource,
    string id,
    StartSettings settings,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IDistributedApplicationEventing eventing,
    IServiceProvider services,
    TimeProvider time,
    IOptions<RunOptions> options
) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private CancellationTokenSource _starting = new();
    private IRunningResource? _child;
    private Task _ended = Task.CompletedTask;

    public string Id => id;

    /// <summary>Starts the process unless it runs.</summary>
    /// <param name="ready">What has to be awaited first: subscribers, other resources.</param>
    /// <param name="guardian">Ends the process if this one is killed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it was started; the reason why not is in its log and its state.</returns>
    public async Task<bool> StartAsync(
        Func<CancellationToken, Task> ready,
        ProcessGuardian? guardian,
        CancellationToken cancellationToken
    )
    {
        var (started, failed) = await StartOnceAsync(ready, guardian, cancellationToken).ConfigureAwait(false);
        // Outside the gate: a subscriber may want to start it again.
        if (failed is not null)
            await EndAsync(failed, exitCode: null).ConfigureAwait(false);
        return started;
    }

    private async Task<(bool Started, ResourceStateSnapshot? Failed)> StartOnceAsync(
        Func<CancellationToken, Task> ready,
        ProcessGuardian? guardian,
        CancellationToken cancellationToken
    )
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _starting.Token);
        try
        {
            if (_child is { Exited.IsCompleted: false })
                return (true, null);

            await PublishAsync(Starting).ConfigureAwait(false);
            await ready(either.Token).ConfigureAwait(false);
            await PublishAsync(s => s with { State = KnownResourceStates.Starting }).ConfigureAwait(false);
            _child = resource is ContainerResource container
                ? await StartContainerAsync(container, guardian, either.Token).ConfigureAwait(false)
                : await StartChildAsync(guardian, either.Token).ConfigureAwait(false);
            await PublishAsync(s =>
                    s with
                    {
                        State = KnownResourceStates.Running,
                        StartTimeStamp = Now,
                        Properties =
                        [
                            .. s.Properties.Where(property => property.Name != _child.Identity.Name),
                            _child.Identity,
                        ],
                    }
                )
                .ConfigureAwait(false);
            _ended = FollowAsync(_child);
            return (true, null);
        }
        catch (OperationCanceledException)
            when (either.IsCancellationRequested
                || services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested
            )
        {
            return (false, KnownResourceStates.Exited);
        }
        // Values, callbacks and subscribers are the application's own code: whatever they throw, the resource did not
        // start.
        catch (Exception failure)
        {
            loggers.GetLogger(id).CannotStart(failure.Message);
            return (false, new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops the process, or its start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _starting.CancelAsync().ConfigureAwait(false);
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        Task ended;
        try
        {
            _starting.Dispose();
            _starting = new();
            ended = _ended;
            if (_child is { Exited.IsCompleted: false } child)
            {
                await PublishAsync(s => s with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
                var grace = options.Value.StopGrace;
                await child
                    .StopAsync(grace, () => loggers.GetLogger(id).Killing(grace.TotalSeconds), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }

        await ended.ConfigureAwait(false);
    }

    /// <summary>Kills the process at once, without a word to anybody.</summary>
    public void Kill() => _child?.Kill();

    public void Dispose()
    {
        _gate.Dispose();
        _starting.Dispose();
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task FollowAsync(IRunningResource child)
    {
        var exitCode = await child.Exited.ConfigureAwait(false);
        var asked =
            notifications.TryGetCurrentState(id, out var last)
            && last.Snapshot.State?.Text == KnownResourceStates.Stopping;
        if (!asked && exitCode == 0)
            loggers.GetLogger(id).Finished();
        else if (!asked)
            loggers.GetLogger(id).EndedUnexpectedly(exitCode);
        await EndAsync(asked ? KnownResourceStates.Exited : KnownResourceStates.Finished, exitCode)
            .ConfigureAwait(false);
    }

    private async Task EndAsync(ResourceStateSnapshot? state, int? exitCode)
    {
        await PublishAsync(s => s with { State = state, ExitCode = exitCode, StopTimeStamp = Now, Ready = null })
            .ConfigureAwait(false);
        if (notifications.TryGetCurrentState(id, out var ended))
        {
            try
            {
                await eventing
                    .PublishAsync(new ResourceStoppedEvent(resource, services, ended), CancellationToken.None)
                    .ConfigureAwait(false);
            }
            // A subscriber's failure must not keep the others from stopping.
            catch (Exception failure)
            {
                loggers.GetLogger(id).SubscriberFailed(nameof(ResourceStoppedEvent), failure.Message);
            }
        }
    }

    private async Task<IRunningResource> StartChildAsync(ProcessGuardian? guardian, CancellationToken cancellationToken)
    {
        EnsurePortsAreFree();
        var command = await CommandAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return ChildProcess.Start(command, guardian, Write);
    }

    private async Task<IRunningResource> StartContainerAsync(
        ContainerResource container,
        ProcessGuardian? guardian,
        CancellationToken cancellationToken
    )
    {
        var engine = services.GetRequiredService<ContainerEngine>();
        var logger = loggers.GetLogger(id);
        var environment = await settings
            .GivenEnvironmentAsync(container, id, logger, cancellationToken)
            .ConfigureAwait(false);
        var arguments = await settings.ArgumentsAsync(container, id, logger, cancellationToken).ConfigureAwait(false);
        var description = ContainerDescription.Of(container, id, engine.AppHostId, environment, arguments);
        return await RunningContainer
            .StartAsync(engine, description, EnsurePortsAreFree, guardian, logger, Write, cancellationToken)
            .ConfigureAwait(false);
    }

    private void EnsurePortsAreFree() => EndpointAllocation.EnsureFree(resource, resource.ProcessIndex(id));

    private void Write(string line, bool isError) => loggers.Write(id, line, isError);

    private async Task<ChildCommand> CommandAsync(CancellationToken cancellationToken)
    {
        var logger = loggers.GetLogger(id);
        var environment = await settings
            .EnvironmentAsync(resource, id, logger, cancellationToken)
            .ConfigureAwait(false);
        var arguments = await settings.ArgumentsAsync(resource, id, logger, cancellationToken).ConfigureAwait(false);
        return resource is ProjectResource project
            ? ProjectCommand.Describe(project, arguments, environment)
            : new ChildCommand(
                ((ExecutableResource)resource).Command,
                arguments,
                ((ExecutableResource)resource).WorkingDirectory,
                environment
            );
    }

    private CustomResourceSnapshot Starting(CustomResourceSnapshot s) =>
        s with
        {
            State = KnownResourceStates.Starting,
            ExitCode = null,
            StopTimeStamp = null,
            Ready = null,
            HealthReports = HealthMonitor.InitialReports(resource),
        };

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        notifications.PublishUpdateAsync(resource, id, change);
}
