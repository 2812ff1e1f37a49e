namespace LocalCloud.Tests.Support;

/// <summary>A folder that outlives the servers that work on it, not the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pos localcloud ").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
