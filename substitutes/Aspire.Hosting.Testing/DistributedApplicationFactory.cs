using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost in a test's process.</summary>
/// <param name="entryPoint">A type of the AppHost's assembly, as <c>Projects.Pos_AppHost</c>.</param>
/// <param name="args">Arguments for its <c>Main</c>.</param>
public class DistributedApplicationFactory(Type entryPoint, string[] args) : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan s_stopTime = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource<DistributedApplication> _application = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EntryPointRun? _run;
    private bool _disposed;

    /// <summary>Runs an AppHost without arguments.</summary>
    public DistributedApplicationFactory(Type entryPoint)
        : this(entryPoint, []) { }

    /// <summary>Runs <c>Main</c>, and returns when its application has started.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        EnsureRunning();
        await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A client of a resource's endpoint.</summary>
    public HttpClient CreateHttpClient(string resourceName, string? endpointName = default) =>
        Started.CreateHttpClient(resourceName, endpointName);

    /// <summary>A resource's connection string.</summary>
    public ValueTask<string?> GetConnectionString(string resourceName) =>
        Started.GetConnectionStringAsync(resourceName);

    /// <summary>Where a resource's endpoint listens.</summary>
    public Uri GetEndpoint(string resourceName, string? endpointName = default) =>
        Started.GetEndpoint(resourceName, endpointName);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the application and waits for <c>Main</c>.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_disposed)
            return;

        _disposed = true;
        _builder.TrySetCanceled();
        _started.TrySetCanceled();
        if (_run is not { } run)
            return;

        if (_application.Task.IsCompletedSuccessfully)
        {
            var application = await _application.Task.ConfigureAwait(false);
            await StopAsync(application).ConfigureAwait(false);
            await Ended(run).ConfigureAwait(false);
            await application.DisposeAsync().ConfigureAwait(false);
        }

        run.Dispose();
    }

    /// <summary>Before the builder is made.</summary>
    protected virtual void OnBuilderCreating(
        DistributedApplicationOptions applicationOptions,
        HostApplicationBuilderSettings hostOptions
    ) { }

    /// <summary>When the builder was made.</summary>
    protected virtual void OnBuilderCreated(DistributedApplicationBuilder applicationBuilder) { }

    /// <summary>Before the application is built.</summary>
    protected virtual void OnBuilding(DistributedApplicationBuilder applicationBuilder) { }

    /// <summary>When the application was built.</summary>
    protected virtual void OnBuilt(DistributedApplication application) { }

    internal Task<DistributedApplicationBuilder> ResolveBuilderAsync(CancellationToken cancellationToken)
    {
        EnsureRunning();
        return _builder.Task.WaitAsync(cancellationToken);
    }

    internal Task<DistributedApplication> ResolveApplicationAsync(CancellationToken cancellationToken) =>
        _application.Task.WaitAsync(cancellationToken);

    private DistributedApplication Started =>
        _started.Task.IsCompletedSuccessfully
            ? _application.Task.Result
            : throw new InvalidOperationException("The application has not been initialized.");

    private static async Task StopAsync(DistributedApplication application)
    {
        try
        {
            await application.StopAsync().WaitAsync(s_stopTime).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // Main has disposed it already.
        }
    }

    /// <summary>What <c>Main</c> throws at its end was reported to whoever waited for its start.</summary>
    private static Task Ended(EntryPointRun run) => Task.WhenAny(run.Exit, Task.Delay(s_stopTime));

    private void EnsureRunning()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_run is not null)
                return;

            var main = entryPoint.Assembly.EntryPoint
                ?? throw new InvalidOperationException(
                    $"Assembly of specified type {entryPoint.Name} does not have an entry point."
                );
            _run = new EntryPointRun
            {
                Constructing = (options, settings) =>
                    TestSettings.Apply(options, settings, args, entryPoint.Assembly, OnBuilderCreating),
                Constructed = builder =>
                {
                    builder.Services.AddHttpClient();
                    OnBuilderCreated(builder);
                },
                Building = builder =>
                {
                    _builder.TrySetResult(builder);
                    OnBuilding(builder);
                },
                Built = OnApplicationBuilt,
            };
            _run.Start(main, args);
            _ = ReportExitAsync(_run);
        }
    }

    private void OnApplicationBuilt(DistributedApplication application)
    {
        application
            .Services.GetRequiredService<IHostApplicationLifetime>()
            .ApplicationStarted.Register(() => _started.TrySetResult());
        OnBuilt(application);
        _application.TrySetResult(application);
    }

    private async Task ReportExitAsync(EntryPointRun run)
    {
        await run
            .Exit.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)
            .ConfigureAwait(false);
        var failure = run.Exit.Exception?.InnerException
            ?? new InvalidOperationException(
                "The entry point exited without building, or before starting, an application."
            );
        _builder.TrySetException(failure);
        _application.TrySetException(failure);
        _started.TrySetException(failure);
        // Nobody may have waited for one of them.
        _ = _builder.Task.Exception;
        _ = _application.Task.Exception;
        _ = _started.Task.Exception;
    }
}
