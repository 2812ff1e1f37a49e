namespace Pos.LocalCloud.Streams;

internal static class StreamsSetup
{
    public static void AddStreams(this WebApplicationBuilder builder)
    {
    }
}
