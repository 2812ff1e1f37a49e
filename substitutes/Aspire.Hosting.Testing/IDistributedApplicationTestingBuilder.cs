namespace Aspire.Hosting.Testing;

/// <summary>Describes an application that a test runs.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>The application.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
