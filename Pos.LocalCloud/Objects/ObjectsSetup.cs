namespace Pos.LocalCloud.Objects;

internal static class ObjectsSetup
{
    public static void AddObjects(this WebApplicationBuilder builder)
    {
    }

    public static void MapObjects(this WebApplication app)
    {
    }
}
