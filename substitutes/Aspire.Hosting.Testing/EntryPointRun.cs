using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs an AppHost's <c>Main</c> on a thread of its own and steps in where it makes its builder, where it builds, and
/// where it has built. The builder announces these to diagnostic listeners; an announcement belongs to the run on whose
/// flow it is made.
/// </summary>
internal sealed class EntryPointRun
    : IObserver<DiagnosticListener>,
        IObserver<KeyValuePair<string, object?>>,
        IDisposable
{
    private static readonly AsyncLocal<EntryPointRun?> s_current = new();

    private readonly List<IDisposable> _subscriptions = [];
    private readonly TaskCompletionSource _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required Action<DistributedApplicationOptions, HostApplicationBuilderSettings> Constructing { get; init; }

    public required Action<DistributedApplicationBuilder> Constructed { get; init; }

    public required Action<DistributedApplicationBuilder> Building { get; init; }

    public required Action<DistributedApplication> Built { get; init; }

    /// <summary>Completes, or fails, with <c>Main</c>.</summary>
    public Task Exit => _exit.Task;

    public void Start(MethodInfo entryPoint, string[] args)
    {
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        var thread = new Thread(() =>
        {
            s_current.Value = this;
            try
            {
                entryPoint.Invoke(null, entryPoint.GetParameters().Length == 0 ? [] : [args]);
                _exit.SetResult();
            }
            catch (TargetInvocationException failure)
            {
                _exit.SetException(failure.InnerException!);
            }
        })
        {
            IsBackground = true,
            Name = "AppHost",
        };
        thread.Start();
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Aspire.Hosting")
            _subscriptions.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (s_current.Value != this)
            return;

        switch (value)
        {
            case {
                Key: "Constructing",
                Value: (DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
            }:
                Constructing(options, settings);
                break;
            case { Key: "Constructed", Value: DistributedApplicationBuilder builder }:
                Constructed(builder);
                break;
            case { Key: "Building", Value: DistributedApplicationBuilder builder }:
                Building(builder);
                break;
            case { Key: "Built", Value: DistributedApplication application }:
                Built(application);
                break;
        }
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    public void Dispose() => _subscriptions.ForEach(s => s.Dispose());
}
