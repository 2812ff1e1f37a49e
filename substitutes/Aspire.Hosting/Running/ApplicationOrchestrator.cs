using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Starts the resources, each when what it waits for is there, and stops them in reverse.</summary>
internal sealed class ApplicationOrchestrator : IHostedService, IDisposable
{
    private readonly DistributedApplicationModel _model;
    private readonly IDistributedApplicationEventing _eventing;
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IConfiguration _configuration;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly IServiceProvider _services;
    private readonly ILogger<ApplicationOrchestrator> _logger;
    private readonly ConcurrentDictionary<IResource, IReadOnlyList<ResourceProcess>> _processes = new();
    private readonly ConcurrentDictionary<IResource, TaskCompletionSource> _waiting = new();
    private ProcessGuardian? _guardian;
    private Task? _stop;

    public ApplicationOrchestrator(
        DistributedApplicationModel model,
        IDistributedApplicationEventing eventing,
        ResourceNotificationService notifications,
        ResourceLoggerService loggers,
        IConfiguration configuration,
        IHostApplicationLifetime lifetime,
        IServiceProvider services,
        ILogger<ApplicationOrchestrator> logger
    )
    {
        _model = model;
        _eventing = eventing;
        _notifications = notifications;
        _loggers = loggers;
        _configuration = configuration;
        _lifetime = lifetime;
        _services = services;
        _logger = logger;
        // After the subscribers that were registered while the application was described: they run before the wait.
        _eventing.Subscribe<BeforeResourceStartedEvent>(WaitForDependenciesAsync);
        _eventing.Subscribe<ResourceEndpointsAllocatedEvent>(
            (e, ct) => ResourceUrls.PublishAsync(e.Resource, _services, ct)
        );
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _logger.ApplicationStarting();
        StartGuardian();
        foreach (var resource in _model.Resources.Where(r => r.IsProcess()))
            _processes[resource] = CreateProcesses(resource);

        EndpointAllocation.Allocate(_model.Resources, _configuration.GetValue("DcpPublisher:RandomizePorts", false));
        foreach (var resource in _model.Resources)
            await InitializeAsync(resource, cancellationToken).ConfigureAwait(false);

        await Task.WhenAll(
                _processes
                    .Keys.Where(r => !r.HasAnnotationOfType<ExplicitStartupAnnotation>())
                    .Select(r => StartAsync(r, cancellationToken))
            )
            .ConfigureAwait(false);
        await _eventing
            .PublishAsync(new AfterResourcesCreatedEvent(_services, _model), cancellationToken)
            .ConfigureAwait(false);
        if (!_lifetime.ApplicationStopping.IsCancellationRequested)
            _logger.ApplicationStarted();
    }

    /// <summary>Whoever stops the application, the host or a test: it stops once.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_waiting)
            return _stop ??= StopOnceAsync(cancellationToken);
    }

    /// <summary>Starts a process that does not run; one that waits for others need not wait longer.</summary>
    public async Task<bool> StartProcessAsync(IResource resource, string id, CancellationToken cancellationToken)
    {
        if (_waiting.TryGetValue(resource, out var waiting))
            return waiting.TrySetResult();

        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            _lifetime.ApplicationStopping
        );
        return await Find(resource, id)
            .StartAsync(ct => BeforeStartAsync(resource, ct), _guardian, either.Token)
            .ConfigureAwait(false);
    }

    public Task StopProcessAsync(IResource resource, string id, CancellationToken cancellationToken) =>
        Find(resource, id).StopAsync(cancellationToken);

    public void KillAll()
    {
        foreach (var process in _processes.Values.SelectMany(p => p))
            process.Kill();
    }

    public void Dispose()
    {
        foreach (var process in _processes.Values.SelectMany(p => p))
            process.Dispose();
        _guardian?.Dispose();
        _guardian = null;
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        _logger.ApplicationStopping();
        var dependants = DependencyOrder.Dependants(_model.Resources);
        var stops = new Dictionary<IResource, Task>();
        await Task.WhenAll(_model.Resources.Select(Stop)).ConfigureAwait(false);

        Task Stop(IResource resource)
        {
            if (!stops.TryGetValue(resource, out var stop))
                stops[resource] = stop = StopAfter(resource, [.. dependants[resource].Select(Stop)]);
            return stop;
        }

        async Task StopAfter(IResource resource, Task[] dependantsStops)
        {
            await Task.WhenAll(dependantsStops).ConfigureAwait(false);
            if (_processes.TryGetValue(resource, out var processes))
                await Task.WhenAll(processes.Select(p => p.StopAsync(cancellationToken))).ConfigureAwait(false);
        }
    }

    private ResourceProcess Find(IResource resource, string id) => _processes[resource].First(p => p.Id == id);

    private void StartGuardian()
    {
        if (!ProcessSession.Supported)
        {
            if (!OperatingSystem.IsWindows())
                _logger.NoGuardian("neither setsid nor perl was found.");
            return;
        }

        _guardian = ProcessGuardian.Start(_services.GetRequiredService<ContainerEngine>().Program);
    }

    private List<ResourceProcess> CreateProcesses(IResource resource)
    {
        var settings = new StartSettings(_services.GetRequiredService<DistributedApplicationExecutionContext>());
        return
        [
            .. resource
                .InstanceIds()
                .Select(id => ActivatorUtilities.CreateInstance<ResourceProcess>(_services, resource, id, settings)),
        ];
    }

    private async Task InitializeAsync(IResource resource, CancellationToken cancellationToken)
    {
        await _notifications
            .PublishUpdateAsync(resource, s =>
                s with
                {
                    HealthReports = HealthMonitor.InitialReports(resource),
                    State = s.State
                        ?? (
                            resource.HasAnnotationOfType<ExplicitStartupAnnotation>()
                                ? KnownResourceStates.NotStarted
                                : null
                        ),
                }
            )
            .ConfigureAwait(false);

        // Not awaited: a resource without a process may bring itself up by waiting for others.
        _ = PublishInitializeAsync(resource);

        if (resource.IsProcess())
        {
            if (resource is IResourceWithEndpoints)
                await _eventing
                    .PublishAsync(new ResourceEndpointsAllocatedEvent(resource, _services), cancellationToken)
                    .ConfigureAwait(false);
            await PublishConnectionStringAsync(resource, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PublishInitializeAsync(IResource resource)
    {
        try
        {
            var initialize = new InitializeResourceEvent(resource, _eventing, _loggers, _notifications, _services);
            await _eventing
                .PublishAsync(initialize, EventDispatchBehavior.BlockingConcurrent, _lifetime.ApplicationStopping)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The application stops.
        }
        // The subscriber is the application's own code; the resource it could not bring up says so.
        catch (Exception failure)
        {
            _loggers.GetLogger(resource).CannotStart(failure.Message);
            await _notifications
                .PublishUpdateAsync(resource, s =>
                    s with
                    {
                        State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error),
                    }
                )
                .ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The resource's connection string is known, or those of its children that have no process of their own.
    /// </summary>
    private async Task PublishConnectionStringAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (resource is IResourceWithConnectionString)
            await _eventing
                .PublishAsync(new ConnectionStringAvailableEvent(resource, _services), cancellationToken)
                .ConfigureAwait(false);
        foreach (
            var child in _model.Resources.Where(r =>
                r is IResourceWithParent c && c.Parent == resource && !r.IsProcess()
            )
        )
            await PublishConnectionStringAsync(child, cancellationToken).ConfigureAwait(false);
    }

    private async Task StartAsync(IResource resource, CancellationToken cancellationToken)
    {
        // Replicas that start together share one announcement and one wait.
        var before = new Lazy<Task>(() => BeforeStartAsync(resource, cancellationToken));
        await Task.WhenAll(
                _processes[resource]
                    .Select(p => p.StartAsync(ct => before.Value.WaitAsync(ct), _guardian, cancellationToken))
            )
            .ConfigureAwait(false);
    }

    private Task BeforeStartAsync(IResource resource, CancellationToken cancellationToken) =>
        _eventing.PublishAsync(new BeforeResourceStartedEvent(resource, _services), cancellationToken);

    private async Task WaitForDependenciesAsync(BeforeResourceStartedEvent e, CancellationToken cancellationToken)
    {
        if (!e.Resource.HasAnnotationOfType<WaitAnnotation>())
            return;

        var released = _waiting.GetOrAdd(e.Resource, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var first = await Task.WhenAny(
                    _notifications.WaitForDependenciesAsync(e.Resource, done.Token),
                    released.Task
                )
                .ConfigureAwait(false);
            await first.ConfigureAwait(false);
        }
        finally
        {
            _waiting.TryRemove(e.Resource, out _);
            await done.CancelAsync().ConfigureAwait(false);
        }
    }
}
