namespace LocalCloud.Tests.Support;

/// <summary>A temporary folder, deleted at the end of a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pos localcloud ").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
