namespace Aspire.Hosting;

/// <summary>What an application was started for.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>To run on this machine.</summary>
    Run = 0,

    /// <summary>To be published.</summary>
    Publish = 1,
}

/// <summary>The mode the application runs in.</summary>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    private IServiceProvider? _services;

    /// <summary>What the application was started for.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>Whether it is to be published.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    /// <summary>Whether it runs on this machine.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    /// <summary>The application's services.</summary>
    /// <exception cref="InvalidOperationException">The application is not built yet.</exception>
    public IServiceProvider ServiceProvider
    {
        get =>
            _services
            ?? throw new InvalidOperationException(
                "IServiceProvider is not available because the application is not built yet."
            );
        internal set => _services = value;
    }
}
