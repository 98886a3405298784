/*
 * A GStreamer device provider with a single camera that shows SMPTE colour bars: programs that enumerate cameras
 * through GstDeviceMonitor find it on a machine that has none, without kernel modules or PipeWire. The picture is small:
 * Dino encodes and paints it without hardware.
 */
#include <gst/gst.h>

#define PACKAGE "xmpp-call-tests"
#define CAMERA_CAPS "video/x-raw, format=(string)I420, width=(int)320, height=(int)240, framerate=(fraction)10/1"

G_DECLARE_FINAL_TYPE (BarsCamera, bars_camera, BARS, CAMERA, GstDevice)
struct _BarsCamera { GstDevice parent; };
G_DEFINE_TYPE (BarsCamera, bars_camera, GST_TYPE_DEVICE)

static GstElement *
bars_camera_create_element (GstDevice *device, const gchar *name)
{
  GstElement *source = gst_element_factory_make ("videotestsrc", name);

  if (source != NULL) {
    g_object_set (source, "is-live", TRUE, NULL);
    gst_util_set_object_arg (G_OBJECT (source), "pattern", "smpte");
  }
  return source;
}

static void
bars_camera_class_init (BarsCameraClass *klass)
{
  GST_DEVICE_CLASS (klass)->create_element = bars_camera_create_element;
}

static void
bars_camera_init (BarsCamera *camera)
{
}

static GstDevice *
bars_camera_new (void)
{
  GstCaps *caps = gst_caps_from_string (CAMERA_CAPS);
  GstStructure *properties = gst_structure_new ("camera-properties",
      "device.class", G_TYPE_STRING, "camera", "is-default", G_TYPE_BOOLEAN, TRUE, NULL);
  GstDevice *camera = g_object_new (bars_camera_get_type (), "name", "colour-bars", "display-name", "Colour bars",
      "device-class", "Video/Source", "caps", caps, "properties", properties, NULL);

  gst_structure_free (properties);
  gst_caps_unref (caps);
  return camera;
}

G_DECLARE_FINAL_TYPE (BarsProvider, bars_provider, BARS, PROVIDER, GstDeviceProvider)
struct _BarsProvider { GstDeviceProvider parent; };
G_DEFINE_TYPE (BarsProvider, bars_provider, GST_TYPE_DEVICE_PROVIDER)

static GList *
bars_provider_probe (GstDeviceProvider *provider)
{
  return g_list_append (NULL, gst_object_ref_sink (bars_camera_new ()));
}

static gboolean
bars_provider_start (GstDeviceProvider *provider)
{
  gst_device_provider_device_add (provider, bars_camera_new ());
  return TRUE;
}

static void
bars_provider_stop (GstDeviceProvider *provider)
{
}

static void
bars_provider_class_init (BarsProviderClass *klass)
{
  GstDeviceProviderClass *provider_class = GST_DEVICE_PROVIDER_CLASS (klass);

  provider_class->probe = bars_provider_probe;
  provider_class->start = bars_provider_start;
  provider_class->stop = bars_provider_stop;
  gst_device_provider_class_set_static_metadata (provider_class, "Colour bars camera", "Source/Video",
      "A camera for tests that shows colour bars", "xmpp-call");
}

static void
bars_provider_init (BarsProvider *provider)
{
}

static gboolean
plugin_init (GstPlugin *plugin)
{
  return gst_device_provider_register (plugin, "colourbarsprovider", GST_RANK_PRIMARY + 1, bars_provider_get_type ());
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, colourbarscamera, "Colour bars camera", plugin_init, "1.0",
    GST_LICENSE_UNKNOWN, PACKAGE, "https://xmpp.org/")
